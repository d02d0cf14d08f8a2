namespace InboundBridge.Benchmarks.EndToEnd;

/// <param name="Accepted">From the first connection to the last 250.</param>
/// <param name="Arrived">From the first connection to the last mail's arrival at the other end.</param>
/// <param name="Cpu">The server's user and system time, with all its child processes.</param>
/// <param name="SinkCpu">The time of this process, in which the sink runs.</param>
/// <param name="Others">See <see cref="IMeasuredRun.Others"/>.</param>
/// <param name="Memory">Octets, after the run.</param>
internal sealed record RunResult(
    string System, int Round, int Messages, TimeSpan Accepted, TimeSpan Arrived, TimeSpan Cpu, TimeSpan SinkCpu, double Others, long Memory)
    : IMeasuredRun
{
    /// <summary>Mails a second, end to end.</summary>
    public double Rate => Messages / Arrived.TotalSeconds;

    public double AcceptRate => Messages / Accepted.TotalSeconds;

    public double CpuPerThousand => Cpu.TotalSeconds * 1000 / Messages;

    public double SinkCpuPerThousand => SinkCpu.TotalSeconds * 1000 / Messages;
}
