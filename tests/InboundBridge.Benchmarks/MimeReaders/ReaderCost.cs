namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>What reading a mail took.</summary>
/// <param name="Cpu">Of this process, so with its garbage collections.</param>
/// <param name="Octets">Allocated.</param>
internal sealed record ReaderCost(TimeSpan Cpu, double Octets);
