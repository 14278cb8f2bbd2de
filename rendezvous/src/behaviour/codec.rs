//! The directory's messages on a stream: one request, one answer, each as its length (u32, little endian) and the
//! bytes of [`Message::encode`].
//!
//! What breaks a rule ends its own stream, with an error that names the rule; the connection and the node go on.
//! libp2p reports a request that could not be read to nobody, so a broken rule is handed up in the request's place.

use std::io;

use entraide_common::wire::Message;
use entraide_common::wire::WireError;
use entraide_common::wire::directory::{Request, Response};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::StreamProtocol;
use libp2p::request_response::Codec;

/// The directory protocol's name.
pub const PROTOCOL: StreamProtocol = StreamProtocol::new("/entraide/directory/1");

/// Reads and writes the directory's messages.
#[derive(Debug, Clone, Copy, Default)]
pub struct DirectoryCodec;

impl Codec for DirectoryCodec {
    type Protocol = StreamProtocol;
    type Request = Result<Request, WireError>;
    type Response = Response;

    async fn read_request<T>(&mut self, _: &Self::Protocol, io: &mut T) -> io::Result<Self::Request>
    where
        T: AsyncRead + Unpin + Send,
    {
        read(io).await
    }

    async fn read_response<T>(&mut self, _: &Self::Protocol, io: &mut T) -> io::Result<Response>
    where
        T: AsyncRead + Unpin + Send,
    {
        read(io).await?.map_err(violation)
    }

    async fn write_request<T>(
        &mut self,
        _: &Self::Protocol,
        io: &mut T,
        request: Self::Request,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write(io, &request.map_err(violation)?).await
    }

    async fn write_response<T>(
        &mut self,
        _: &Self::Protocol,
        io: &mut T,
        response: Response,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write(io, &response).await
    }
}

async fn read<M: Message>(io: &mut (impl AsyncRead + Unpin + Send)) -> io::Result<Result<M, WireError>> {
    let mut prefix = [0; 4];
    io.read_exact(&mut prefix).await?;
    let length = usize::try_from(u32::from_le_bytes(prefix)).unwrap_or(usize::MAX);
    if length > M::LIMIT {
        return Ok(Err(WireError::TooLong { what: M::NAME, length, limit: M::LIMIT }));
    }
    let mut bytes = vec![0; length];
    io.read_exact(&mut bytes).await?;
    Ok(M::decode(&bytes))
}

async fn write<M: Message>(io: &mut (impl AsyncWrite + Unpin + Send), message: &M) -> io::Result<()> {
    let bytes = message.encode();
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    io.write_all(&length.to_le_bytes()).await?;
    io.write_all(&bytes).await?;
    io.flush().await
}

fn violation(error: WireError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
