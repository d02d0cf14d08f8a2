using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.Smtp.Server.Sessions;

namespace InboundBridge.Hosting.Listening;

/// <summary>An SMTP session in memory, so that the first real one finds its code compiled.</summary>
internal static class SessionAhead
{
    /// <returns>What the session said: the greeting and the answer to QUIT.</returns>
    public static async Task<string> RunAsync(TimeProvider clock)
    {
        var (input, output) = (new Pipe(), new Pipe());
        var nobody = new IPEndPoint(IPAddress.Loopback, 0);
        var session = new SmtpSession(
            new Transport(input.Reader, output.Writer), new SmtpPeer("ahead", SmtpListenerMode.Mx, nobody, nobody), _ => new Receiver(),
            new SmtpServerOptions { Hostname = "localhost" }, new SmtpListenerOptions(),
            new SmtpServerState(clock, SmtpServerMetrics.None, new Observer()));
        var running = session.RunAsync(CancellationToken.None);
        await input.Writer.WriteAsync("QUIT\r\n"u8.ToArray());
        await input.Writer.CompleteAsync();
        await running;
        // The session has completed its side, so everything is there.
        var said = await output.Reader.ReadAsync();
        return Encoding.ASCII.GetString(said.Buffer.ToArray());
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Observer : ISmtpSessionObserver;

    /// <summary>Nobody sends it a mail.</summary>
    private sealed class Receiver : ISmtpReceiver
    {
        public ValueTask<SmtpReply?> ConnectAsync(CancellationToken cancellationToken) => ValueTask.FromResult<SmtpReply?>(null);

        public ValueTask<SmtpReply> MailAsync(MailCommand mail, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<SmtpReply> RcptAsync(RcptCommand recipient, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<SmtpReply>> DataAsync(SmtpBody body, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public void Reset()
        {
            // It has no transaction.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
