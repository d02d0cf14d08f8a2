using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary><c>attachment: {name, type, size, sha256}</c>, or true and false for any.</summary>
internal static class AttachmentReader
{
    public static readonly string[] Keys = ["name", "type", "size", "sha256"];

    public static Condition? Read(YamlScalar key, YamlNode value, PatternReader patterns, LoadContext context)
    {
        var written = YamlText.Write(value);
        if (YamlShape.AsBoolean(value) is { } wanted)
        {
            var any = new AttachmentCondition(key.Position, null, null, null, null, written);
            return wanted ? any : new NotCondition(key.Position, any);
        }
        if (YamlShape.Mapping(value, "'attachment'", context.Problems) is not { } mapping)
            return null;
        YamlShape.OnlyKeys(mapping, "key of 'attachment'", Keys, context.Problems);
        var good = mapping.Entries.Count > 0;
        if (!good)
            context.Problems.Error(value.Position, "'attachment' is empty", "write 'attachment: true' for any attachment");
        var read = new ValuePattern?[Keys.Length];
        for (var index = 0; index < Keys.Length; index++)
        {
            if (mapping[Keys[index]] is not { } node)
                continue;
            read[index] = patterns.Read(node, Keys[index] == "size" ? FactType.Number : FactType.Text);
            good &= read[index] is not null;
        }
        return good ? new AttachmentCondition(key.Position, read[0], read[1], read[2], read[3], written) : null;
    }
}
