namespace InboundBridge.UnitTests.Layering;

/// <summary>A line of one folder that names something of another one.</summary>
/// <param name="From">A folder below src.</param>
/// <param name="To">Neither the same folder nor one that contains it.</param>
/// <param name="Place">File, line number and text.</param>
/// <param name="IsQualified">The line names a type by its namespace instead of a <c>using</c> at the top of the file.</param>
internal sealed record FolderEdge(string From, string To, string Place, bool IsQualified);
