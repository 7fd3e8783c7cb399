use http::StatusCode;

/// What went wrong, as a stable word that clients can act on. The table of all of them is
/// [`ErrorCode::ALL`]; `/docs/problems` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The request is not written as HTTP or this interface wants it.
    BadRequest,
    /// The body is not JSON.
    MalformedJson,
    /// No credential, or one that this installation did not give.
    Unauthenticated,
    /// The access token was valid once.
    TokenExpired,
    /// Address or password is wrong.
    InvalidCredentials,
    /// The balance does not reach.
    InsufficientCredits,
    /// The caller's role does not allow it.
    Forbidden,
    /// An API key is not enough.
    LoginRequired,
    /// The API key may not be used to look.
    ReadScopeMissing,
    /// The API key may not be used to change anything.
    WriteScopeMissing,
    /// The API key may not be used to run the installation.
    AdminScopeMissing,
    /// No such address or object, or somebody else's.
    NotFound,
    /// The address has no such method.
    MethodNotAllowed,
    /// The body came too slowly.
    RequestTimeout,
    /// The present state does not allow it.
    Conflict,
    /// The object was changed since it was read.
    Stale,
    /// The body is larger than the limit.
    PayloadTooLarge,
    /// The body has a type that is not read here.
    UnsupportedMediaType,
    /// The range lies outside the file.
    RangeNotSatisfiable,
    /// Fields of the request must change.
    ValidationFailed,
    /// The model is not installed.
    UnknownModel,
    /// An idempotency key came back with another request.
    IdempotencyMismatch,
    /// A limit on how much one may ask for was reached.
    RateLimited,
    /// A fault of Vitascope itself.
    Internal,
    /// The installation is busy, starting or ending.
    Overloaded,
    /// Whether it was saved is unknown.
    OutcomeUnknown,
    /// The disk is full.
    StorageFull,
}

/// What belongs to a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeSpec {
    /// The word.
    pub word: &'static str,
    /// The status it comes with.
    pub status: StatusCode,
    /// The same for every occurrence, for people.
    pub title: &'static str,
    /// What a client does about it.
    pub mend: &'static str,
}

impl ErrorCode {
    /// Every code, by status.
    pub const ALL: [Self; 27] = [
        Self::BadRequest,
        Self::MalformedJson,
        Self::Unauthenticated,
        Self::TokenExpired,
        Self::InvalidCredentials,
        Self::InsufficientCredits,
        Self::Forbidden,
        Self::LoginRequired,
        Self::ReadScopeMissing,
        Self::WriteScopeMissing,
        Self::AdminScopeMissing,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::Conflict,
        Self::Stale,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::RangeNotSatisfiable,
        Self::ValidationFailed,
        Self::UnknownModel,
        Self::IdempotencyMismatch,
        Self::RateLimited,
        Self::Internal,
        Self::Overloaded,
        Self::OutcomeUnknown,
        Self::StorageFull,
    ];

    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        self.spec().word
    }

    /// The status it comes with.
    pub const fn status(self) -> StatusCode {
        self.spec().status
    }

    /// What belongs to the code.
    pub const fn spec(self) -> CodeSpec {
        match self {
            Self::BadRequest
            | Self::MalformedJson
            | Self::MethodNotAllowed
            | Self::RequestTimeout
            | Self::PayloadTooLarge
            | Self::UnsupportedMediaType
            | Self::RangeNotSatisfiable => self.spec_of_transport(),
            Self::Unauthenticated
            | Self::TokenExpired
            | Self::InvalidCredentials
            | Self::InsufficientCredits
            | Self::Forbidden
            | Self::NotFound => self.spec_of_access(),
            Self::LoginRequired
            | Self::ReadScopeMissing
            | Self::WriteScopeMissing
            | Self::AdminScopeMissing => self.spec_of_key(),
            Self::Conflict
            | Self::Stale
            | Self::ValidationFailed
            | Self::UnknownModel
            | Self::IdempotencyMismatch => self.spec_of_state(),
            Self::RateLimited
            | Self::Internal
            | Self::Overloaded
            | Self::OutcomeUnknown
            | Self::StorageFull => self.spec_of_server(),
        }
    }

    /// The code for a status that came without one, as from a library.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthenticated,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::REQUEST_TIMEOUT => Self::RequestTimeout,
            StatusCode::CONFLICT => Self::Conflict,
            StatusCode::PRECONDITION_FAILED => Self::Stale,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::RANGE_NOT_SATISFIABLE => Self::RangeNotSatisfiable,
            StatusCode::UNPROCESSABLE_ENTITY => Self::ValidationFailed,
            StatusCode::TOO_MANY_REQUESTS => Self::RateLimited,
            StatusCode::SERVICE_UNAVAILABLE => Self::Overloaded,
            other if other.is_client_error() => Self::BadRequest,
            _ => Self::Internal,
        }
    }

    const fn spec_of_transport(self) -> CodeSpec {
        match self {
            Self::MalformedJson => spec(
                "MALFORMED_JSON",
                StatusCode::BAD_REQUEST,
                "The body is not JSON",
                "Send one JSON value in UTF-8.",
            ),
            Self::MethodNotAllowed => spec(
                "METHOD_NOT_ALLOWED",
                StatusCode::METHOD_NOT_ALLOWED,
                "The address has no such method",
                "Use one that the header Allow names.",
            ),
            Self::RequestTimeout => spec(
                "REQUEST_TIMEOUT",
                StatusCode::REQUEST_TIMEOUT,
                "The request came too slowly",
                "Send it again, on a better connection.",
            ),
            Self::PayloadTooLarge => spec(
                "PAYLOAD_TOO_LARGE",
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is too large",
                "Send less; the detail names the limit.",
            ),
            Self::UnsupportedMediaType => spec(
                "UNSUPPORTED_MEDIA_TYPE",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body has a type that is not read here",
                "Send Content-Type: application/json.",
            ),
            Self::RangeNotSatisfiable => spec(
                "RANGE_NOT_SATISFIABLE",
                StatusCode::RANGE_NOT_SATISFIABLE,
                "The range lies outside the file",
                "Ask for a part within the size that Content-Range names.",
            ),
            _ => spec(
                "BAD_REQUEST",
                StatusCode::BAD_REQUEST,
                "The request cannot be read",
                "Mend what the detail names.",
            ),
        }
    }

    const fn spec_of_access(self) -> CodeSpec {
        match self {
            Self::TokenExpired => spec(
                "TOKEN_EXPIRED",
                StatusCode::UNAUTHORIZED,
                "The access token has expired",
                "Get a new one from POST /api/auth/refresh and ask again.",
            ),
            Self::InvalidCredentials => spec(
                "INVALID_CREDENTIALS",
                StatusCode::UNAUTHORIZED,
                "The address or the password is wrong",
                "Ask the person again.",
            ),
            Self::InsufficientCredits => spec(
                "INSUFFICIENT_CREDITS",
                StatusCode::PAYMENT_REQUIRED,
                "There are not enough credits",
                "Ask for a shorter or smaller clip, or for credits.",
            ),
            Self::Forbidden => spec(
                "FORBIDDEN",
                StatusCode::FORBIDDEN,
                "Your role does not allow this",
                "Ask an administrator.",
            ),
            Self::NotFound => spec(
                "NOT_FOUND",
                StatusCode::NOT_FOUND,
                "There is no such thing",
                "Check the address. What belongs to somebody else is not found, either.",
            ),
            _ => spec(
                "UNAUTHENTICATED",
                StatusCode::UNAUTHORIZED,
                "Sign in first",
                "Send Authorization: Bearer with a token from POST /api/auth/login.",
            ),
        }
    }

    const fn spec_of_key(self) -> CodeSpec {
        match self {
            Self::ReadScopeMissing => spec(
                "READ_SCOPE_MISSING",
                StatusCode::FORBIDDEN,
                "The API key may not be used to look",
                "Use a key with the scope read.",
            ),
            Self::WriteScopeMissing => spec(
                "WRITE_SCOPE_MISSING",
                StatusCode::FORBIDDEN,
                "The API key may not be used to change anything",
                "Use a key with the scope write.",
            ),
            Self::AdminScopeMissing => spec(
                "ADMIN_SCOPE_MISSING",
                StatusCode::FORBIDDEN,
                "The API key may not be used to run the installation",
                "Use an administrator's key with the scope admin.",
            ),
            _ => spec(
                "LOGIN_REQUIRED",
                StatusCode::FORBIDDEN,
                "An API key is not enough for this",
                "Sign in with POST /api/auth/login and use its token.",
            ),
        }
    }

    const fn spec_of_state(self) -> CodeSpec {
        match self {
            Self::Stale => spec(
                "STALE",
                StatusCode::PRECONDITION_FAILED,
                "It was changed meanwhile",
                "Read it again, and repeat the change with its new ETag.",
            ),
            Self::ValidationFailed => spec(
                "VALIDATION_FAILED",
                StatusCode::UNPROCESSABLE_ENTITY,
                "Some fields cannot be accepted",
                "Mend what errors names; its pointers lead into the body.",
            ),
            Self::UnknownModel => spec(
                "UNKNOWN_MODEL",
                StatusCode::UNPROCESSABLE_ENTITY,
                "The model is not installed",
                "Take one of GET /api/models.",
            ),
            Self::IdempotencyMismatch => spec(
                "IDEMPOTENCY_MISMATCH",
                StatusCode::UNPROCESSABLE_ENTITY,
                "The Idempotency-Key was used for another request",
                "Use a new key for a new request.",
            ),
            _ => spec(
                "CONFLICT",
                StatusCode::CONFLICT,
                "The present state does not allow this",
                "Read the object again; the detail says what stands against it.",
            ),
        }
    }

    const fn spec_of_server(self) -> CodeSpec {
        match self {
            Self::RateLimited => spec(
                "RATE_LIMITED",
                StatusCode::TOO_MANY_REQUESTS,
                "Too much in a short time",
                "Wait as long as Retry-After says.",
            ),
            Self::Overloaded => spec(
                "OVERLOADED",
                StatusCode::SERVICE_UNAVAILABLE,
                "The server is busy",
                "Wait as long as Retry-After says.",
            ),
            Self::OutcomeUnknown => spec(
                "OUTCOME_UNKNOWN",
                StatusCode::SERVICE_UNAVAILABLE,
                "It is unknown whether this was saved",
                "Look whether it was, or send it again with the same Idempotency-Key.",
            ),
            Self::StorageFull => spec(
                "STORAGE_FULL",
                StatusCode::INSUFFICIENT_STORAGE,
                "The server's disk is full",
                "Tell whoever runs the installation; reading still works.",
            ),
            _ => spec(
                "INTERNAL",
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something failed on the server",
                "Report it with the requestId.",
            ),
        }
    }
}

const fn spec(
    word: &'static str,
    status: StatusCode,
    title: &'static str,
    mend: &'static str,
) -> CodeSpec {
    CodeSpec {
        word,
        status,
        title,
        mend,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_has_a_word_of_its_own_and_a_status_of_its_kind() {
        let words: HashSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            let CodeSpec {
                word,
                status,
                title,
                mend,
            } = code.spec();
            assert!(
                word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'),
                "{word}"
            );
            assert!(
                status.is_client_error() || status.is_server_error(),
                "{word}"
            );
            assert!(!title.ends_with('.') && mend.ends_with('.'), "{word}");
            assert_eq!(
                ErrorCode::of_status(status).status().as_u16() / 100,
                status.as_u16() / 100
            );
        }
    }

    #[test]
    fn the_table_is_ordered_by_status() {
        let by_status = |pair: &[ErrorCode]| pair[0].status() <= pair[1].status();
        let client: Vec<_> = ErrorCode::ALL.to_vec();
        assert!(client.windows(2).all(by_status));
    }
}
