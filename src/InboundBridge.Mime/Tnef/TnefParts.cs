using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Tnef;

/// <summary>The winmail.dat parts of one mail, each read once.</summary>
internal sealed class TnefParts(int mostCharacters, ProblemList problems)
{
    /// <summary>Real mails have one; each can cost the memory of a long text.</summary>
    private const int MostUnpacked = 4;

    private readonly Dictionary<MimePart, TnefContent?> _contents = [];

    public static bool IsTnef(MimePart part) =>
        part.ContentType.Type == "application" && part.ContentType.Subtype is "ms-tnef" or "vnd.ms-tnef"
        || (part.ContentType.Is("application", "octet-stream")
            && string.Equals(part.DeclaredFileName, "winmail.dat", StringComparison.OrdinalIgnoreCase));

    public TnefContent? Open(MimePart part)
    {
        if (!IsTnef(part))
            return null;
        if (_contents.TryGetValue(part, out var known))
            return known;
        if (_contents.Count >= MostUnpacked)
        {
            problems.Add($"the mail has more than {MostUnpacked} winmail.dat; the rest was not unpacked");
            return null;
        }
        return _contents[part] = TnefReader.Read(part, mostCharacters, problems);
    }
}
