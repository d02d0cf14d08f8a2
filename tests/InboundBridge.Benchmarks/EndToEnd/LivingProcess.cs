namespace InboundBridge.Benchmarks.EndToEnd;

/// <param name="Cpu">User and system time, including that of ended children that it waited for.</param>
internal readonly record struct LivingProcess(int Id, int Parent, TimeSpan Cpu);
