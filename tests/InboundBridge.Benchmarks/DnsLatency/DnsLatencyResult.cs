using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.DnsLatency;

/// <param name="Elapsed">From the first greeting to the last connection's end.</param>
/// <param name="Median">From a mail's last octet to its 250.</param>
/// <param name="Answers">Of the DNS server.</param>
/// <param name="Others">As <see cref="IMeasuredRun.Others"/> says.</param>
internal sealed record DnsLatencyResult(
    string System, int Round, int Mails, TimeSpan Elapsed, TimeSpan Median, long Answers, double Others) : IMeasuredRun
{
    public double Rate => Mails / Elapsed.TotalSeconds;

    public double AnswersPerMail => (double)Answers / Mails;
}
