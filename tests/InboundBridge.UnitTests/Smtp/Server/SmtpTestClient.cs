using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Security;
using System.Text;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.UnitTests.Smtp.Server;

/// <summary>The client's side of a dialogue: sends text and reads whole replies. A wait that takes too long fails the test.</summary>
/// <param name="endOutput">Closes the client's side of the transport, for example by shutting down a socket.</param>
internal sealed class SmtpTestClient(PipeReader input, PipeWriter output, Action? endOutput = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private PipeReader _input = input;
    private readonly PipeWriter _plain = output;
    private PipeWriter? _encrypted;
    private SslStream? _tls;

    private PipeWriter Output => _encrypted ?? _plain;

    /// <summary>Sends the text in Latin-1, without a line end.</summary>
    public Task SendRawAsync(string text) => SendRawAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendRawAsync(ReadOnlyMemory<byte> octets)
    {
        try
        {
            await Output.WriteAsync(octets).AsTask().WaitAsync(Patience);
        }
        catch (IOException)
        {
            // The server closed the connection meanwhile; its replies can still be read.
        }
    }

    /// <summary>Sends a line in UTF-8 with CRLF and reads the reply.</summary>
    public async Task<string> SayAsync(string line)
    {
        await SendRawAsync(Encoding.UTF8.GetBytes(line + "\r\n"));
        return await ReadReplyAsync();
    }

    /// <summary>Reads a whole reply, lines joined by LF; empty when the connection has ended.</summary>
    public async Task<string> ReadReplyAsync()
    {
        var reply = new StringBuilder();
        while (await ReadLineAsync() is { } line)
        {
            reply.Append(reply.Length == 0 ? "" : "\n").Append(line);
            if (line.Length < 4 || line[3] != '-')
                break;
        }
        return reply.ToString();
    }

    /// <summary>Null when the connection has ended.</summary>
    public async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await _input.ReadAsync().AsTask().WaitAsync(Patience);
            }
            catch (IOException)
            {
                return null;
            }
            var buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(buffer.Slice(0, end));
                _input.AdvanceTo(buffer.GetPosition(1, end));
                Assert.EndsWith("\r", line, StringComparison.Ordinal);
                return line[..^1];
            }
            _input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                return null;
        }
    }

    /// <summary>Closes the connection without QUIT.</summary>
    public async Task HangUpAsync()
    {
        await Output.CompleteAsync();
        await _input.CompleteAsync();
    }

    /// <summary>Closes only the client's sending side.</summary>
    public async Task EndInputAsync()
    {
        if (_encrypted is not null && _tls is { CanWrite: true })
        {
            try
            {
                await _encrypted.CompleteAsync();
                await _tls.ShutdownAsync();
            }
            catch (IOException)
            {
                // The server has closed the connection first.
            }
        }
        await _plain.CompleteAsync();
        endOutput?.Invoke();
    }

    /// <summary>TLS on the same pipes, after STARTTLS was answered or from the start.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "The certificate was made a moment ago.")]
    public async Task<SslStream> StartTlsAsync(SslClientAuthenticationOptions? options = null)
    {
        var tls = new SslStream(new DuplexPipeStream(_input, _plain));
        options ??= new SslClientAuthenticationOptions
        {
            TargetHost = "mx.example.net",
            RemoteCertificateValidationCallback = (
            _, _, _, _) => true
        };
        await tls.AuthenticateAsClientAsync(options).WaitAsync(Patience);
        _input = PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true));
        _encrypted = PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true));
        _tls = tls;
        return tls;
    }
}
