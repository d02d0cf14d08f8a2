namespace InboundBridge.Benchmarks.Wire;

/// <param name="Sender">The MAIL command with its line end.</param>
/// <param name="Data">The mail with its final dot.</param>
internal readonly record struct LoadMail(ReadOnlyMemory<byte> Sender, ReadOnlyMemory<byte> Data);
