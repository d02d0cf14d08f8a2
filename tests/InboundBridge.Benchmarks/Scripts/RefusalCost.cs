namespace InboundBridge.Benchmarks.Scripts;

/// <summary>What refusing a mail after its data takes.</summary>
/// <param name="Median">From sending the mail's octets to the reply.</param>
/// <param name="P99">The same.</param>
/// <param name="Cpu">A mail's processor time, of the appliance and its workers.</param>
internal sealed record RefusalCost(TimeSpan Median, TimeSpan P99, TimeSpan Cpu);
