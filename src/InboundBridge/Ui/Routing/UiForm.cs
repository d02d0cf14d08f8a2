namespace InboundBridge.Ui.Routing;

/// <summary>The fields and files of a form that a page sent, read whole before anything is done.</summary>
internal sealed class UiForm
{
    /// <summary>Octets of a form without a mail: ids, names, a reason.</summary>
    public const long Usual = 64 * 1024;

    private readonly Dictionary<string, List<string>> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _files = new(StringComparer.Ordinal);

    public static UiForm Empty { get; } = new();

    /// <summary>A field without spaces around it; null where it is missing or empty.</summary>
    public string? Text(string name) => Raw(name).Trim() is { Length: > 0 } text ? text : null;

    /// <summary>A field as it was sent; empty where it is missing.</summary>
    public string Raw(string name) => _fields.TryGetValue(name, out var values) ? string.Join(',', values) : string.Empty;

    public IReadOnlyList<string> Texts(string name) =>
        _fields.TryGetValue(name, out var values) ? [.. values.Where(value => value.Length > 0)] : [];

    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>The octets of a file; none where none was chosen.</summary>
    public ReadOnlyMemory<byte> File(string name) => _files.GetValueOrDefault(name);

    internal void Add(string name, string value)
    {
        if (_fields.TryGetValue(name, out var values))
            values.Add(value);
        else
            _fields[name] = [value];
    }

    /// <summary>Of several files of one name the first counts.</summary>
    internal void AddFile(string name, ReadOnlyMemory<byte> octets) => _files.TryAdd(name, octets);
}
