import { useState, type SubmitEvent } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { Problem } from '../../api/problem.ts'
import { Button } from '../../ui/Button.tsx'
import { CalmNotice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { Wordmark } from '../../ui/Wordmark.tsx'
import { AttemptNotice } from './AttemptNotice.tsx'
import { login, register, type Credentials } from './calls.ts'
import { ExampleStrip } from './ExampleStrip.tsx'
import { formAddress, pathToGoOnTo } from './ownPath.ts'
import { PasswordField } from './PasswordField.tsx'
import { isSignUpClosed } from './refusal.ts'
import { useAttempt } from './useAttempt.ts'
import './accounts.css'

/** Shown at any address while nobody is signed in. */
export function AccountPage({ isExpired }: { isExpired: boolean }) {
  const [path, navigate] = useLocation()
  const goingTo = pathToGoOnTo(path, useSearch())
  const isNew = path === '/register'
  const goOn = () => navigate(goingTo, { replace: true })
  useTitle(isNew ? 'Register' : 'Sign in')
  return (
    <div className="account">
      <main className="account-main">
        <Wordmark />
        {isExpired && !isNew && (
          <CalmNotice>Your session has ended. Sign in to go on where you were.</CalmNotice>
        )}
        {isNew ? (
          <RegisterForm goingTo={goingTo} goOn={goOn} />
        ) : (
          <SignInForm goingTo={goingTo} goOn={goOn} />
        )}
      </main>
      <ExampleStrip />
    </div>
  )
}

interface FormProps {
  /** The page that was asked for, which both forms keep. */
  goingTo: string
  goOn: () => void
}

function SignInForm({ goingTo, goOn }: FormProps) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const action = useAttempt((credentials: Credentials) => login(credentials, goOn))
  const problem = action.error instanceof Problem ? action.error : undefined
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    action.mutate({ email, password })
  }
  return (
    <form className="account-form" onSubmit={submit}>
      <h1>Sign in</h1>
      <TextField
        label="Email"
        type="email"
        autoComplete="username"
        required
        value={email}
        error={problem?.fieldDetail('email')}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField
        label="Password"
        autoComplete="current-password"
        value={password}
        error={problem?.fieldDetail('password')}
        onChange={setPassword}
      />
      <AttemptNotice error={action.error} waitSeconds={action.waitSeconds} fields={['email', 'password']} />
      <SubmitButton
        words="Sign in"
        pendingWords="Signing in"
        isPending={action.isPending}
        waitSeconds={action.waitSeconds}
      />
      <p className="quiet">
        No account yet? <Link href={formAddress('/register', goingTo)}>Register</Link>
      </p>
    </form>
  )
}

function RegisterForm({ goingTo, goOn }: FormProps) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const action = useAttempt((account: Credentials & { name: string }) => register(account, goOn))
  const problem = action.error instanceof Problem ? action.error : undefined
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    action.mutate({ name: name.trim(), email, password })
  }
  if (isSignUpClosed(action.error)) return <SignUpClosed goingTo={goingTo} />
  return (
    <form className="account-form" onSubmit={submit}>
      <h1>Register</h1>
      <TextField
        label="Name"
        note="Optional"
        autoComplete="name"
        value={name}
        error={problem?.fieldDetail('name')}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label="Email"
        type="email"
        autoComplete="username"
        required
        value={email}
        error={problem?.fieldDetail('email')}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField
        label="Password"
        note="At least 8 characters"
        autoComplete="new-password"
        minLength={8}
        value={password}
        error={problem?.fieldDetail('password')}
        onChange={setPassword}
      />
      <AttemptNotice
        error={action.error}
        waitSeconds={action.waitSeconds}
        fields={['name', 'email', 'password']}
      />
      <SubmitButton
        words="Register"
        pendingWords="Registering"
        isPending={action.isPending}
        waitSeconds={action.waitSeconds}
      />
      <p className="quiet">
        You have an account? <Link href={formAddress('/sign-in', goingTo)}>Sign in</Link>
      </p>
    </form>
  )
}

interface SubmitButtonProps {
  words: string
  pendingWords: string
  isPending: boolean
  waitSeconds: number
}

function SubmitButton({ words, pendingWords, isPending, waitSeconds }: SubmitButtonProps) {
  return (
    <Button
      tone="primary"
      type="submit"
      disabled={waitSeconds > 0}
      isPending={isPending}
      pendingWords={pendingWords}
    >
      {words}
    </Button>
  )
}

function SignUpClosed({ goingTo }: { goingTo: string }) {
  return (
    <div className="account-form" role="alert">
      <h1>Sign-up is closed here</h1>
      <p>
        On this installation nobody makes an account by themselves, and none was made. Ask whoever runs it to
        open the sign-up: the setting is <code>accounts.sign_up</code>.
      </p>
      <p className="quiet">
        You have an account? <Link href={formAddress('/sign-in', goingTo)}>Sign in</Link>
      </p>
    </div>
  )
}
