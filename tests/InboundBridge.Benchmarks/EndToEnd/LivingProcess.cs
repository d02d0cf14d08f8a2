namespace InboundBridge.Benchmarks.EndToEnd;

/// <param name="Cpu">User and system time, with that of the ended children it waited for.</param>
internal readonly record struct LivingProcess(int Id, int Parent, TimeSpan Cpu);
