using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <param name="Accepted">From the first mail to the last 250.</param>
/// <param name="Arrived">From the first mail to the last one's arrival at the receiver.</param>
/// <param name="Median">From a mail's last octet to its 250.</param>
/// <param name="P99">As for the median.</param>
/// <param name="NodeCpu">CPU-seconds of all nodes for 1,000 mails.</param>
/// <param name="DatabaseCpu">CPU-seconds of the server for 1,000 mails.</param>
/// <param name="Memory">Octets: the largest peak of a node.</param>
internal sealed record NodeRun(
    int Mails, TimeSpan Accepted, TimeSpan Arrived, TimeSpan Median, TimeSpan P99, double NodeCpu, double DatabaseCpu, long Memory,
    double Others) : IMeasuredRun
{
    public double Rate => Mails / Arrived.TotalSeconds;

    public double AcceptRate => Mails / Accepted.TotalSeconds;
}
