using System.Diagnostics;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Benchmarks.Spool;

/// <summary>
/// Runs a number of receptions at the same time. Each waits for its commit before it begins the next, as an SMTP session does.
/// </summary>
internal sealed class Acceptors(TimeProvider clock)
{
    private static readonly byte[] Mail = MakeMail(4096);

    private readonly MessageIdSource _ids = new(clock);

    /// <param name="accept">Accepts a mail; null: mails are staged, sealed and discarded.</param>
    public async Task<LoadFigures> RunAsync(
        IMailSpool spool, int concurrency, TimeSpan time, string destination,
        Func<StagedMessage, SpooledMessage, SpooledDelivery[], ValueTask>? accept)
    {
        var latencies = new List<double>[concurrency];
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var started = clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(lane => Task.Run(async () =>
        {
            var own = latencies[lane] = [];
            while (clock.GetElapsedTime(started) < time)
            {
                var begun = clock.GetTimestamp();
                await AcceptOneAsync(spool, destination, accept);
                own.Add(clock.GetElapsedTime(begun).TotalMilliseconds);
            }
        })));
        var elapsed = clock.GetElapsedTime(started);
        process.Refresh();
        var all = latencies.SelectMany(list => list).Order().ToList();
        return new LoadFigures(
            all.Count,
            all.Count / elapsed.TotalSeconds,
            Spread.Percentile(all, 50),
            Spread.Percentile(all, 99),
            (process.TotalProcessorTime - cpu).TotalSeconds * 1000 / all.Count,
            (GC.GetTotalAllocatedBytes() - allocated) / (double)all.Count);
    }

    private async Task AcceptOneAsync(
        IMailSpool spool, string destination, Func<StagedMessage, SpooledMessage, SpooledDelivery[], ValueTask>? accept)
    {
        var now = clock.GetUtcNow();
        await using var staged = spool.Stage(_ids.Next());
        await staged.WriteAsync(Mail, CancellationToken.None);
        await staged.SealAsync(CancellationToken.None);
        if (accept is null)
            return;
        var message = new SpooledMessage
        {
            Id = staged.Id,
            ReceivedAt = now,
            Envelope =
                new MailEnvelope
                {
                    Sender = "al@example.org",
                    Recipients = [new MailRecipient("ann@example.com")],
                    Helo = "client.example.org",
                    ClientIp = "192.0.2.1"
                },
            Size = staged.Length,
            Sha256 = staged.Sha256,
            ConfigVersion = "1",
            Subject = "A subject of usual length for a list",
        };
        var delivery = new SpooledDelivery
        {
            Id = _ids.Next(),
            MessageId = staged.Id,
            Destination = destination,
            Recipients = [new MailRecipient("ann@example.com", "ann@example.com")],
            Rule = "support",
            CreatedAt = now,
            NextAttemptAt = now,
        };
        await accept(staged, message, [delivery]);
    }

    private static byte[] MakeMail(int length)
    {
        var octets = new byte[length];
        for (var index = 0; index < length; index++)
            octets[index] = (byte)(index % 78 == 76 ? '\r' : index % 78 == 77 ? '\n' : 'a' + (index % 26));
        return octets;
    }
}

/// <param name="CpuPerThousand">CPU seconds of the whole process for 1,000 messages.</param>
/// <param name="Allocated">Octets of managed memory a message.</param>
internal sealed record LoadFigures(int Count, double PerSecond, double Median, double P99, double CpuPerThousand, double Allocated);
