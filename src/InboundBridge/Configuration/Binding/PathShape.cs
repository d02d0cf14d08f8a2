using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary>A path. It is relative to the file that names it, and is made absolute.</summary>
internal sealed class PathShape(PathMustBe mustBe) : ConfigShape<string>
{
    public override bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out string value)
    {
        value = null;
        if (node is not YamlScalar { Value.Length: > 0 } scalar)
            return reading.Unexpected(node, "a path");
        var path = reading.FullPath(node, scalar.Value);
        var there = mustBe switch
        {
            PathMustBe.KeyFile => reading.HasNoKeys || reading.Files.FileExists(path),
            PathMustBe.File => reading.Files.FileExists(path),
            PathMustBe.FileOrFolder => reading.Files.FileExists(path) || reading.Files.FolderExists(path),
            _ => true,
        };
        if (!there)
        {
            reading.Error(
                node, mustBe is PathMustBe.File or PathMustBe.KeyFile
                ? $"there is no file {path}" : $"there is neither a file nor a directory {path}");
            return false;
        }
        value = reading.Paths[node.Position] = path;
        return true;
    }

    public override JsonObject Schema() => new() { ["type"] = "string", ["minLength"] = 1 };
}

internal enum PathMustBe
{
    Anything,
    File,

    /// <summary>A private key, or a certificate that comes with it.</summary>
    KeyFile,
    FileOrFolder,
}
