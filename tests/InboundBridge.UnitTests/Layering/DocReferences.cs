using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests.Layering;

/// <summary>Looks up the references in comments (<c>cref</c>), roughly as the compiler does.</summary>
/// <param name="files">The files whose comments are read and whose types are known.</param>
/// <param name="others">Names of types outside of these files.</param>
internal sealed partial class DocReferences(IReadOnlyList<SourceFile> files, IReadOnlySet<string> others)
{
    private readonly ILookup<string, string> _namespacesOfType = files
        .SelectMany(file => file.Code.SelectMany(line => TypeName().Matches(line)).Select(match => (match.Groups[1].Value, file.Namespace)))
        .Distinct().ToLookup(type => type.Value, type => type.Namespace, StringComparer.Ordinal);

    private readonly ILookup<string, string> _foldersOfWord = files
        .SelectMany(file => file.Code.SelectMany(line => Word().Matches(line)).Select(match => (match.Value, file.Folder)))
        .Distinct().ToLookup(word => word.Value, word => word.Folder, StringComparer.Ordinal);

    /// <summary>A line for each reference that is not found.</summary>
    public IEnumerable<string> FindBroken()
    {
        foreach (var file in files)
        {
            var visible = NamespacesVisibleIn(file);
            for (var index = 0; index < file.Lines.Count; index++)
            {
                foreach (Match match in Reference().Matches(file.Lines[index]))
                {
                    if (!IsFound(match.Groups[1].Value.Split('.'), file, visible))
                        yield return $"src/{file.Path}:{index + 1}: cref=\"{match.Groups[1].Value}\" is not found";
                }
            }
        }
    }

    private bool IsFound(string[] names, SourceFile file, HashSet<string> visible)
    {
        // A member of the same type, or of one beside it: written without its type.
        if (names.Length == 1 && _foldersOfWord[names[0]].Contains(file.Folder))
            return true;
        for (var index = 0; index < names.Length; index++)
        {
            var qualifier = string.Join('.', names[..index]);
            var isOurs = _namespacesOfType[names[index]].Any(found => visible.Any(outer => found == Join(outer, qualifier)));
            if (isOurs)
                return names[(index + 1)..].All(member => _foldersOfWord[member].Any());
        }
        return names.Any(others.Contains);
    }

    private static string Join(string outer, string inner) =>
        outer.Length == 0 ? inner : inner.Length == 0 ? outer : $"{outer}.{inner}";

    /// <summary>The file's own namespace with those around it, and those that it imports.</summary>
    private static HashSet<string> NamespacesVisibleIn(SourceFile file)
    {
        var visible = new HashSet<string>(StringComparer.Ordinal) { string.Empty };
        for (var name = file.Namespace; name.Length > 0; name = name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : string.Empty)
            visible.Add(name);
        visible.UnionWith(
            file.Code.Select(line => Import().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value));
        return visible;
    }

    [GeneratedRegex(@"(?<=^\s*///.*)cref=""([\w.]+)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?: struct| class)?|delegate [\w<>?,\[\] ]+?) ([A-Z]\w*)")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\b[A-Za-z_]\w*")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\s*(?:global )?using ([\w.]+);")]
    private static partial Regex Import();
}
