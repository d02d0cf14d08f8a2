using System.Security.Cryptography;
using System.Text;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary><c>attachments: [{ name, type, size, content, sha256 }]</c> of an inline mail; a plain text is a name.</summary>
internal static class InlineAttachments
{
    public static readonly string[] Keys = ["name", "type", "size", "content", "sha256"];

    public static FactValue Read(YamlNode node, SourceProblems problems)
    {
        var parts = new List<AttachmentFacts>();
        foreach (var item in YamlShape.Items(node))
        {
            if (item is YamlScalar { IsNull: false } name)
                parts.Add(Part(name.Value, null, string.Empty, null, null));
            else if (YamlShape.Mapping(item, "an attachment", problems) is { } mapping)
                parts.Add(One(mapping, problems));
        }
        return FactValue.Of(parts);
    }

    private static GivenAttachment One(YamlMapping mapping, SourceProblems problems)
    {
        YamlShape.OnlyKeys(mapping, "key of an attachment", Keys, problems);
        string? Text(string key) => mapping[key] is { } node ? YamlShape.Text(node, $"'{key}'", problems) : null;
        double? size = null;
        if (Text("size") is { } written)
        {
            if (Quantity.TryParse(written, out var octets))
                size = octets;
            else
                problems.Error(mapping["size"]!.Position, $"'{written}' is not a size", "as in 300KB");
        }
        return Part(Text("name"), Text("type"), Text("content") ?? string.Empty, size, Text("sha256"));
    }

    private static GivenAttachment Part(string? name, string? type, string content, double? size, string? sha256)
    {
        var octets = Encoding.UTF8.GetBytes(content);
        return new GivenAttachment(name, type?.ToLowerInvariant() ?? "application/octet-stream", (long)(size ?? octets.Length),
            sha256?.ToLowerInvariant() ?? Convert.ToHexStringLower(SHA256.HashData(octets)), octets);
    }
}
