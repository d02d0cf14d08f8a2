namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>What to export, and where to.</summary>
/// <param name="Path">The file; null: <paramref name="Output"/>.</param>
/// <param name="Output">Where the export goes instead of a file. An interrupted one can't go on.</param>
/// <param name="KeyPath">The file of the key that seals secrets; it is made if it is missing.</param>
/// <param name="IsMove">Closes the spool, so that it never delivers again what the export holds.</param>
/// <param name="Program">The version of the program.</param>
public sealed record ExportRequest(string? Path, Stream? Output, string KeyPath, bool IsMove, string Program);
