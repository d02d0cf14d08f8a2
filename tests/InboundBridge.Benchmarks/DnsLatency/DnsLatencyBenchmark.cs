using System.Net;
using System.Text;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Senders;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.Benchmarks.DnsLatency;

/// <summary>
/// As many sessions as are open at once send mail after mail, each from a domain that was never asked for. While a mail waits for DNS its
/// session waits, so the rate shows how many answers a mail waits for one after the other.
/// </summary>
internal static class DnsLatencyBenchmark
{
    public static async Task<int> RunAsync(LoadOptions load, CheckedSender sender, TimeSpan delay, CancellationToken cancellation)
    {
        using var dns = new ZoneResponder(sender.Zone, new IPEndPoint(PrivateNetwork.Nameserver, 53), delay);
        var numbers = 0;
        return await LoadRun.RunAsync(
            load,
            $"{load.Messages:N0} mails of {load.Size:N0} octets with one DKIM signature (RSA, 2,048 bits) over {load.Connections} connections, each mail from another domain; DNS answers after {delay.TotalMilliseconds:0} ms, the longest chain of look-ups has {sender.Zone.LongestChain}; webhook format {load.Format}, {load.Rules} rules{load.Conditions}.",
            async systems =>
                DnsLatencyTable.Render(
                    await Rounds.RunAsync(systems, load, (system, round) => MeasureAsync(system, round), DnsLatencyTable.Describe),
                    load.Connections / (delay.TotalSeconds * sender.Zone.LongestChain)),
            cancellation);

        async Task<DnsLatencyResult> MeasureAsync(IMeasuredSystem system, int round)
        {
            var count = Math.Max(load.Messages / system.Share, load.Connections);
            var mails = await ComposeAsync(sender, numbers, count, load.Size, cancellation);
            numbers += count;
            var answers = dns.Answers;
            var result = await SendAsync(system, round, mails, load, cancellation);
            return result with { Answers = dns.Answers - answers };
        }
    }

    /// <summary>Before the clock starts: a signature takes longer than everything else that a sender does.</summary>
    private static async Task<LoadMail[]> ComposeAsync(
        CheckedSender sender, int first, int count, int size, CancellationToken cancellation)
    {
        var mails = new LoadMail[count];
        await Parallel.ForAsync(0, count, cancellation, (index, _) =>
        {
            var domain = CheckedSender.DomainOf(first + index);
            mails[index] = new LoadMail(
                Encoding.ASCII.GetBytes($"MAIL FROM:<al@{domain}>\r\n"), (byte[])[.. sender.Compose(domain, size), .. ".\r\n"u8]);
            return ValueTask.CompletedTask;
        });
        return mails;
    }

    private static async Task<DnsLatencyResult> SendAsync(
        IMeasuredSystem system, int round, LoadMail[] mails, LoadOptions load, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(load.Allowed);
        system.Reset(mails.Length);
        var work = new SmtpLoad(mails.Length, load.Size);
        var watch = new CpuWatch(system.Process);
        var elapsed = await OwnLoad.SendAsync(
            system.Name, new IPEndPoint(load.Target, system.Port), load.Connections, mails.Length, work,
            socket => new SmtpLoadConnection(socket, work, index => mails[index]), limit.Token);
        await system.AllArrivedAsync(limit.Token);
        return new DnsLatencyResult(system.Name, round, mails.Length, elapsed, work.Percentile(50), 0, watch.Read().Others);
    }
}
