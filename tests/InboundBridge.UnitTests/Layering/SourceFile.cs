namespace InboundBridge.UnitTests.Layering;

/// <summary>One C# file of src.</summary>
/// <param name="path">Below src, with slashes.</param>
internal sealed class SourceFile(string path, string text)
{
    public string Path { get; } = path;

    /// <summary>The folder below src; its namespace is the same with dots.</summary>
    public string Folder { get; } = path[..path.LastIndexOf('/')];

    public string Namespace => Folder.Replace('/', '.');

    /// <summary>As written.</summary>
    public IReadOnlyList<string> Lines { get; } = text.Split('\n');

    /// <summary>Without comments and literals.</summary>
    public IReadOnlyList<string> Code { get; } = CodeText.Of(text).Split('\n');
}
