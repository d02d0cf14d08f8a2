using InboundBridge.Mime.Reading;
using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Tnef;

/// <summary>The winmail.dat parts of one mail, each unpacked once.</summary>
internal sealed class TnefParts(ProblemList problems)
{
    /// <summary>A larger one stays packed: its content would have to be held in memory.</summary>
    private const int Largest = 24 * 1024 * 1024;

    private readonly Dictionary<MimePart, TnefContent?> _contents = [];

    public static bool IsTnef(MimePart part) => part.ContentType.Type == "application" && part.ContentType.Subtype is "ms-tnef" or "vnd.ms-tnef"
        || (part.ContentType.Is("application", "octet-stream") && string.Equals(part.DeclaredFileName, "winmail.dat", StringComparison.OrdinalIgnoreCase));

    public TnefContent? Open(MimePart part)
    {
        if (!IsTnef(part))
            return null;
        if (_contents.TryGetValue(part, out var known))
            return known;
        using var content = part.OpenContent();
        var octets = BoundedRead.All(content, Largest, out var isCut);
        if (isCut)
            problems.Add("winmail.dat is too large and was not unpacked");
        return _contents[part] = isCut ? null : TnefReader.Read(octets, problems);
    }
}
