//! The task of a socket: connects, then carries messages both ways.

use bytes::Bytes;
use tokio::sync::mpsc::{Receiver, Sender};
use vita_wire::{
    Client, Handshake, SocketEvent, SocketFailure, SocketReceiver, SocketRequest, SocketSender,
    WireError,
};

/// What a script asks of its socket.
pub(super) enum Command {
    Text(String),
    Binary(Bytes),
    Ping(Bytes),
    Close(u16, String),
}

/// What a socket tells its script.
pub(super) enum Happened {
    Opened(Box<Handshake>),
    Refused(Box<SocketFailure>),
    Event(SocketEvent),
    Broke(WireError),
}

/// Carries messages until either side has closed, or the script has no more use for it.
pub(super) async fn pump(
    client: Client,
    request: SocketRequest,
    mut commands: Receiver<Command>,
    happened: Sender<Happened>,
) {
    // A script that no longer listens has dropped the other end; then there is nobody to tell.
    let socket = match client.open_socket(request).await {
        Ok(socket) => socket,
        Err(failure) => {
            let _ = happened.send(Happened::Refused(failure)).await;
            return;
        }
    };
    let mut sender = socket.sender;
    let opened = Happened::Opened(Box::new(socket.handshake));
    if happened.send(opened).await.is_err() {
        return;
    }
    if let Err(error) = carry(&mut sender, socket.receiver, &mut commands, &happened).await {
        let _ = happened.send(Happened::Broke(error)).await;
    }
}

async fn carry(
    sender: &mut SocketSender,
    mut receiver: SocketReceiver,
    commands: &mut Receiver<Command>,
    happened: &Sender<Happened>,
) -> Result<(), WireError> {
    loop {
        tokio::select! {
            event = receiver.next() => {
                let Some(event) = event? else { return Ok(()) };
                let is_end = matches!(event, SocketEvent::Close(..));
                if happened.send(Happened::Event(event)).await.is_err() {
                    return Ok(());
                }
                if is_end {
                    // The answer to the other side's close goes out as reading goes on.
                    let _ = receiver.next().await;
                    return Ok(());
                }
            }
            command = commands.recv() => match command {
                Some(Command::Text(text)) => sender.send_text(text).await?,
                Some(Command::Binary(data)) => sender.send_binary(data).await?,
                Some(Command::Ping(data)) => sender.ping(data).await?,
                Some(Command::Close(code, reason)) => sender.close(code, reason).await?,
                None => return Ok(()),
            }
        }
    }
}
