namespace InboundBridge.Benchmarks.MimeReaders;

/// <param name="Costs">A mail's, of each round.</param>
/// <param name="Stopped">Why the reader was not allowed to go on, such as "stopped after 20 s"; null when it came to its end.</param>
internal sealed record ReaderFigures(IReadOnlyList<ReaderCost> Costs, string? Stopped);
