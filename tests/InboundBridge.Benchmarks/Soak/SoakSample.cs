namespace InboundBridge.Benchmarks.Soak;

/// <summary>The appliance at one moment.</summary>
/// <param name="At">Since the beginning.</param>
/// <param name="Life">Which process: it counts up with each restart.</param>
/// <param name="Resident">MB.</param>
/// <param name="Spool">MB on the disk.</param>
/// <param name="Open">Deliveries that wait.</param>
internal sealed record SoakSample(TimeSpan At, int Life, double Resident, int Handles, int Threads, double Spool, long Open);
