namespace InboundBridge.Benchmarks.Soak;

/// <summary>A sample of the appliance's state.</summary>
/// <param name="At">Time since the soak began.</param>
/// <param name="Life">The number of the process, which increases with each restart.</param>
/// <param name="Resident">MB.</param>
/// <param name="Spool">MB on the disk.</param>
/// <param name="Open">Waiting deliveries.</param>
internal sealed record SoakSample(TimeSpan At, int Life, double Resident, int Handles, int Threads, double Spool, long Open);
