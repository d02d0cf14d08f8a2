using System.Globalization;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Reading;

/// <summary>Values of an export's objects. Each method reports a value of another kind, with its place.</summary>
internal sealed class ExportValues(SourceProblems problems)
{
    public SourceProblems Problems => problems;

    /// <summary>
    /// The answers in a file: usually one, or a list of them, as <c>jq -s .</c> writes it for several pages. Empty where the file is the
    /// list of objects itself.
    /// </summary>
    public static IReadOnlyList<YamlMapping> Answers(YamlNode root, string key) => root switch
    {
        YamlMapping answer => [answer],
        YamlSequence { Items.Count: > 0 } pages when pages.Items.All(page => page is YamlMapping answer && answer[key] is not null) =>
            [.. pages.Items.Cast<YamlMapping>()],
        _ => [],
    };

    /// <summary>How many objects there are by what the pages of an answer say; 0 where they say nothing.</summary>
    public decimal TotalOf(IEnumerable<YamlMapping> pages) =>
        pages.Select(page => Number(page, "total_count", 0)).DefaultIfEmpty().Max();

    /// <summary>
    /// The objects of a list: that of the key, of each page, or the whole file where it is the list itself. One object counts as a list.
    /// </summary>
    public IEnumerable<YamlMapping> Objects(YamlNode root, string key)
    {
        var list = root;
        if (root is YamlSequence && Answers(root, key) is { Count: > 0 } pages)
            return pages.SelectMany(page => Objects((YamlNode)page, key)).ToList();
        if (root is YamlMapping mapping)
        {
            if (mapping[key] is not { } found)
            {
                var keys = mapping.Entries.Select(entry => entry.Key.Value).ToList();
                problems.Error(
                    mapping.Position, $"'{key}' is missing",
                    keys.Count == 0 ? "the file is an empty object" : $"there are {string.Join(", ", keys.Take(8).Select(TextShown.Of))}");
                return [];
            }
            list = found;
            if (found is YamlMapping only)
                return [only];
        }
        if (list is not YamlSequence sequence)
        {
            problems.Error(list.Position, $"'{key}' must be a list, not {Kind(list)}");
            return [];
        }
        return Mappings(sequence, $"an entry of '{key}'");
    }

    /// <summary>The objects of a list that may be missing.</summary>
    public IEnumerable<YamlMapping> Objects(YamlMapping mapping, string key) =>
        List(mapping, key) is { } sequence ? Mappings(sequence, $"an entry of '{key}'") : [];

    public IReadOnlyList<YamlScalar> Texts(YamlMapping mapping, string key)
    {
        var texts = new List<YamlScalar>();
        foreach (var item in List(mapping, key)?.Items ?? [])
        {
            if (item is YamlScalar { IsPlain: false } scalar)
                texts.Add(scalar);
            else
                problems.Error(item.Position, $"an entry of '{key}' must be a text, not {Kind(item)}");
        }
        return texts;
    }

    /// <summary>Null where it is missing or null; a number counts as its text.</summary>
    public YamlScalar? Text(YamlMapping mapping, string key)
    {
        switch (mapping[key])
        {
            case null or YamlScalar { IsNull: true }:
                return null;
            case YamlScalar scalar:
                return scalar;
            case var other:
                problems.Error(other.Position, $"'{key}' must be a text, not {Kind(other)}");
                return null;
        }
    }

    /// <summary>Null when a problem was reported.</summary>
    public YamlScalar? NeededText(YamlMapping mapping, string key)
    {
        if (mapping[key] is null or YamlScalar { IsNull: true } or YamlScalar { Value.Length: 0 })
        {
            problems.Error(mapping.Position, $"'{key}' is missing here");
            return null;
        }
        return Text(mapping, key);
    }

    public bool Flag(YamlMapping mapping, string key, bool otherwise)
    {
        switch (mapping[key])
        {
            case null or YamlScalar { IsNull: true }:
                return otherwise;
            case YamlScalar { Value: "true" or "True" or "1" }:
                return true;
            case YamlScalar { Value: "false" or "False" or "0" }:
                return false;
            case var other:
                problems.Error(other.Position, $"'{key}' must be true or false, not {Kind(other)}");
                return otherwise;
        }
    }

    public decimal Number(YamlMapping mapping, string key, decimal otherwise)
    {
        if (Text(mapping, key) is not { } scalar)
            return otherwise;
        if (decimal.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        problems.Error(scalar.Position, $"'{key}' must be a number, not {Kind(scalar)}");
        return otherwise;
    }

    public static string Kind(YamlNode node) => node switch
    {
        YamlMapping => "an object",
        YamlSequence => "a list",
        YamlScalar { IsNull: true } => "null",
        _ => $"'{TextShown.Of(((YamlScalar)node).Value)}'",
    };

    private YamlSequence? List(YamlMapping mapping, string key)
    {
        switch (mapping[key])
        {
            case null or YamlScalar { IsNull: true }:
                return null;
            case YamlSequence sequence:
                return sequence;
            case var other:
                problems.Error(other.Position, $"'{key}' must be a list, not {Kind(other)}");
                return null;
        }
    }

    private List<YamlMapping> Mappings(YamlSequence sequence, string what)
    {
        var found = new List<YamlMapping>();
        foreach (var item in sequence.Items)
        {
            if (item is YamlMapping mapping)
                found.Add(mapping);
            else
                problems.Error(item.Position, $"{what} must be an object, not {Kind(item)}");
        }
        return found;
    }
}
