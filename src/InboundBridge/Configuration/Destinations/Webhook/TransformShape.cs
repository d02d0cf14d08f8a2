using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Rules.Scripting;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Destinations.Webhook;

/// <summary>The path of a transform. The file is read here, so that the check, the start and a reload find what is wrong with it.</summary>
internal sealed class TransformShape : ConfigShape<(string File, TransformScript? Script)>
{
    private static readonly PathShape Path = new(PathMustBe.File);

    public override bool TryRead(
        YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out (string File, TransformScript? Script) value)
    {
        value = default;
        if (!Path.TryRead(node, reading, out var file))
            return false;
        if (reading.Files.Read(file, out var failure) is not { } text)
        {
            reading.Problems.Error(new SourcePosition(reading.Shown(file), 0, 0), $"can't read the transform: {failure}");
            return false;
        }
        var (script, problem) = TransformScript.Read(text, reading.Shown(file));
        if (problem is not null)
        {
            reading.Problems.Error(
                new SourcePosition(problem.File, problem.Line, problem.Column), $"the transform can't be run: {problem.Text}",
                "function transform(message) { return { body: … } }");
            return false;
        }
        value = (file, script);
        return true;
    }

    public override JsonObject Schema() => Path.Schema();
}
