namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>One line of a table.</summary>
/// <param name="Figures">Of each reader, ours first.</param>
/// <param name="Agreement">How many of the answers are the same; null where it is not compared.</param>
internal sealed record ReaderRow(string Name, IReadOnlyList<ReaderFigures> Figures, string? Agreement);
