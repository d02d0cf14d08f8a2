using System.IO.Pipelines;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Scanning;

/// <summary>A scanner in memory: each connection is served by a function, and closed when it returns.</summary>
internal sealed class FakeScanner(Func<Stream, CancellationToken, Task> serve)
{
    private int _connections;

    /// <summary>Octets that lie between the two ends, as in the buffers of a socket.</summary>
    public int Room { get; init; } = 4 * 1024 * 1024;

    public int Connections => Volatile.Read(ref _connections);

    public static ScannedMail Mail(string octets = "Subject: hello\r\n\r\ntext\r\n", MailEnvelope? envelope = null) =>
        Mail(System.Text.Encoding.UTF8.GetBytes(octets), envelope);

    public static ScannedMail Mail(byte[] octets, MailEnvelope? envelope = null) => new(
        "01ABC", envelope ?? Envelope, MailContent.FromMemory(octets), "mx.example.com");

    public static MailEnvelope Envelope { get; } = new()
    {
        Sender = "al@customer.example",
        Recipients = [new MailRecipient("a@example.com"), new MailRecipient("b@example.com")],
        Helo = "client.example",
        ClientIp = "192.0.2.1",
        ClientName = "host.customer.example",
    };

    /// <summary>Answers when the whole input of clamd's INSTREAM has come.</summary>
    public static FakeScanner Clamd(string answer) => new(async (stream, cancellationToken) =>
    {
        await ReadStreamAsync(stream, cancellationToken);
        await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(answer), cancellationToken);
    });

    /// <summary>Reads the command INSTREAM and its pieces; returns the octets of the mail.</summary>
    public static async Task<byte[]> ReadStreamAsync(Stream stream, CancellationToken cancellationToken)
    {
        var command = new byte["zINSTREAM\0"u8.Length];
        await stream.ReadExactlyAsync(command, cancellationToken);
        Assert.Equal("zINSTREAM\0", System.Text.Encoding.Latin1.GetString(command));
        using var mail = new MemoryStream();
        var length = new byte[4];
        while (true)
        {
            await stream.ReadExactlyAsync(length, cancellationToken);
            var piece = new byte[System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(length)];
            if (piece.Length == 0)
                return mail.ToArray();
            await stream.ReadExactlyAsync(piece, cancellationToken);
            mail.Write(piece);
        }
    }

    public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _connections);
        var (toScanner, toClient) = (NewPipe(), NewPipe());
        _ = ServeAsync(new Duplex(toScanner.Reader, toClient.Writer));
        return new ValueTask<Stream>(new Duplex(toClient.Reader, toScanner.Writer));
    }

    private Pipe NewPipe() => new(new PipeOptions(pauseWriterThreshold: Room, resumeWriterThreshold: Room / 2));

    private async Task ServeAsync(Duplex stream)
    {
        await using (stream)
        {
            try
            {
                await serve(stream, CancellationToken.None);
            }
            catch (Exception fault) when (fault is IOException or EndOfStreamException)
            {
                // The client has closed the connection, which the test looks at from its side.
            }
        }
    }

    /// <summary>Writing to an end that is closed fails, as on a socket.</summary>
    private sealed class Duplex(PipeReader input, PipeWriter output) : Stream
    {
        private readonly Stream _input = input.AsStream(leaveOpen: true);

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _input.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if ((await output.WriteAsync(buffer, cancellationToken)).IsCompleted)
                throw new IOException("Broken pipe");
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                output.Complete();
                input.Complete();
            }
            base.Dispose(disposing);
        }
    }
}
