using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using InboundBridge.Commands.Sending;
using InboundBridge.Smtp.Client;

namespace InboundBridge.Benchmarks.Soak;

/// <summary>Sends numbered mails at a steady rate over several sessions, and records which of them got their 250.</summary>
internal sealed class SoakSenders(SoakOptions options, int port)
{
    private readonly ConcurrentBag<int> _promised = [];
    private int _next;
    private int _unanswered;

    public IReadOnlyCollection<int> Promised => _promised;

    /// <summary>Mails whose session broke before the reply: they may or may not arrive.</summary>
    public int Unanswered => _unanswered;

    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => Task.Run(() => SendAsync(stop), CancellationToken.None)));

    private async Task SendAsync(CancellationToken stop)
    {
        var client = new SmtpClientOptions { Server = Server(), Hostname = "soak.test", Tls = SmtpTlsMode.Off };
        var session = new SendSession(client, TimeProvider.System);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds((double)options.Connections / options.Rate), TimeProvider.System);
        try
        {
            while (await pace.WaitForNextTickAsync(stop))
            {
                var number = Interlocked.Increment(ref _next);
                try
                {
                    var result = await session.SendAsync(Mail(number), CancellationToken.None);
                    if (result.Replies.All(reply => reply.Code == 250))
                        _promised.Add(number);
                }
                catch (SmtpClientException)
                {
                    // The appliance is down, so the session can't be used any more.
                    Interlocked.Increment(ref _unanswered);
                    session.Dispose();
                    session = new SendSession(client, TimeProvider.System);
                }
            }
        }
        catch (OperationCanceledException)
        {
            await session.QuitAsync();
        }
        session.Dispose();
    }

    private SmtpEndpoint Server() =>
        SmtpEndpoint.TryParse(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), 25, out var server)
        ? server : throw new InvalidOperationException("no address");

    private SmtpClientMessage Mail(int number)
    {
        var size = number % 100 == 0 ? options.Size * 20 : options.Size;
        var text =
            new StringBuilder(size + 256)
                .Append(CultureInfo.InvariantCulture, $"From: al@sender.test\r\nTo: ann@example.com\r\nSubject: soak {number}\r\n\r\n");
        while (text.Length < size)
            text.Append("The quick brown fox jumps over the lazy dog, again and again.\r\n");
        return new SmtpClientMessage
        {
            Sender = "al@sender.test",
            Recipients = [new SmtpClientRecipient("ann@example.com")],
            Content = SmtpContent.FromMemory(Encoding.ASCII.GetBytes(text.ToString())),
        };
    }
}
