namespace InboundBridge.Configuration.Sources;

/// <summary>A file as problems name it: short, and clickable in a terminal.</summary>
internal static class ShownPath
{
    /// <summary>Relative to the current directory if the file is below it.</summary>
    public static string Of(string file, string currentFolder)
    {
        var relative = Path.GetRelativePath(currentFolder, file);
        return relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
    }
}
