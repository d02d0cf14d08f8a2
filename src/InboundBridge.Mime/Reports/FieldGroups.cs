using InboundBridge.Mime.Headers;
using InboundBridge.Mime.Reading;
using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Reports;

/// <summary>Blocks of header-like fields, separated by empty lines, as in message/delivery-status.</summary>
internal static class FieldGroups
{
    private const int LargestContent = 512 * 1024;
    private const int MostGroups = 2000;

    public static List<HeaderBlock> Read(MimePart part, ProblemList problems)
    {
        using var content = part.OpenContent();
        return Read(BoundedRead.All(content, LargestContent, out _), problems);
    }

    public static List<HeaderBlock> Read(byte[] octets, ProblemList problems, int most = MostGroups)
    {
        using var window = new SourceWindow(MimeSource.FromMemory(octets));
        var groups = new List<HeaderBlock>();
        long position = 0;
        while (position < octets.Length && groups.Count < most)
        {
            var block = new HeaderBlockReader(window, position, octets.Length, 500, problems).Read();
            if (block.Count > 0)
                groups.Add(block);
            position = Math.Max(block.BodyOffset, position + 1);
        }
        return groups;
    }

    /// <summary>"rfc822; user@example.com" → "user@example.com".</summary>
    public static string? WithoutType(string? value)
    {
        if (value is null)
            return null;
        var end = value.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? value : value[(end + 1)..]).Trim() is { Length: > 0 } rest ? rest : null;
    }

    public static IReadOnlyList<string> All(HeaderBlock block, string name)
    {
        var values = new List<string>();
        for (var index = block.Find(name); index >= 0; index = block.Find(name, index + 1))
            values.Add(block.Field(index).Value);
        return values;
    }
}
