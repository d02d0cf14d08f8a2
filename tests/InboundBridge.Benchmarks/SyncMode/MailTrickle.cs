using System.Net.Sockets;
using System.Text;

namespace InboundBridge.Benchmarks.SyncMode;

/// <summary>Sends mails at a steady pace, each on a connection of its own, whether the mails before have their replies or not.</summary>
internal sealed class MailTrickle(int port, string recipient)
{
    public const int PerSecond = 50;

    private static int _mails;

    /// <summary>Sends until it is disposed of.</summary>
    public IAsyncDisposable Run(CancellationToken cancellation) => new Running(this, cancellation);

    private async Task SendAsync(CancellationToken cancellation)
    {
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync("127.0.0.1", port, cancellation);
            await using var stream = client.GetStream();
            var number = Interlocked.Increment(ref _mails);
            string[] lines =
            [
                "EHLO trickle.test\r\n", "MAIL FROM:<bo@sender.test>\r\n", $"RCPT TO:<{recipient}>\r\n", "DATA\r\n",
                $"Subject: trickle\r\nMessage-ID: <{Environment.ProcessId}.{number}@trickle.test>\r\n\r\nhello\r\n.\r\n", "QUIT\r\n",
            ];
            await ReplyAsync(stream, cancellation);
            foreach (var line in lines)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(line), cancellation);
                await ReplyAsync(stream, cancellation);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or IOException)
        {
            // The run is over. What the trickle hears is not measured; that it is accepted in time is a matter of tests.
            return;
        }
    }

    /// <summary>Reads until the last line of a reply (RFC 5321 §4.2.1). Replies come whole: the client is never ahead.</summary>
    private static async Task ReplyAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var octets = new byte[4096];
        var count = 0;
        do
        {
            var read = await stream.ReadAsync(octets.AsMemory(count), cancellation);
            if (read == 0)
                throw new IOException("the server closed the connection");
            count += read;
        }
        while (!IsWhole(Encoding.ASCII.GetString(octets, 0, count)));
    }

    private static bool IsWhole(string reply) =>
        reply.EndsWith("\r\n", StringComparison.Ordinal) && reply.TrimEnd().Split('\n')[^1] is { Length: > 3 } last && last[3] == ' ';

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop;
        private readonly Task _pace;

        public Running(MailTrickle trickle, CancellationToken cancellation)
        {
            _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            _pace = PaceAsync(trickle, _stop.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _pace;
            _stop.Dispose();
        }

        private static async Task PaceAsync(MailTrickle trickle, CancellationToken stop)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond));
            var sent = new List<Task>();
            try
            {
                while (await timer.WaitForNextTickAsync(stop))
                {
                    sent.RemoveAll(task => task.IsCompleted);
                    sent.Add(trickle.SendAsync(stop));
                }
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(sent);
            }
        }
    }
}
