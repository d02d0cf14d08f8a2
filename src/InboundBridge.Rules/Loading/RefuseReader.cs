using System.Globalization;
using InboundBridge.Rules.Actions;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Templates;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary><c>reject: TEXT | {code, enhanced, text}</c>, <c>defer</c> in the same forms, <c>discard</c> without a value.</summary>
internal sealed class RefuseReader(ActionReader actions, SourceProblems problems)
{
    public static readonly string[] Keys = ["code", "enhanced", "text"];

    public RefuseAction? Read(YamlScalar key, YamlNode? value)
    {
        var (kind, code, text) = key.Value switch
        {
            "reject" => (RuleRefusalKind.Reject, 550, "Message refused"),
            "defer" => (RuleRefusalKind.Defer, 451, "Try again later"),
            _ => (RuleRefusalKind.Discard, 250, "OK"),
        };
        if (value is not null && YamlShape.AsBoolean(value) == true)
            value = null;
        if (value is not null && YamlShape.AsBoolean(value) == false)
        {
            problems.Error(value.Position, $"'{key.Value}' says what the sender is told, not {value.Describe()}",
                "leave the action out, or quote the text");
            return null;
        }
        if (kind == RuleRefusalKind.Discard)
        {
            if (value is not null)
                problems.Error(value.Position, "'discard' takes no value: the sender is told nothing", "write it as '- discard'");
            return new RefuseAction(key.Position, kind, code, "2.0.0", Template.Of(text));
        }
        var mapping = value as YamlMapping;
        var node = mapping is null ? value : mapping["text"];
        var template = node is null ? Template.Of(text) : actions.Template(node, "the text");
        if (mapping is not null)
        {
            YamlShape.OnlyKeys(mapping, $"key of '{key.Value}'", Keys, problems);
            code = Code(mapping["code"], code);
        }
        return template is null ? null : new RefuseAction(key.Position, kind, code, Enhanced(mapping?["enhanced"], code), template);
    }

    private int Code(YamlNode? node, int usual)
    {
        if (node is null || YamlShape.Text(node, "'code'", problems) is not { } text)
            return usual;
        var first = usual / 100;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code / 100 == first && text.Length == 3
            && code % 100 < 60)
            return code;
        problems.Error(node.Position, $"'{text}' is not a reply code for this", first == 5 ? "550 to 559, as in 554"
            : "400 to 459, as in 451");
        return usual;
    }

    private string Enhanced(YamlNode? node, int code)
    {
        var usual = $"{code / 100}.7.1";
        if (node is null || YamlShape.Text(node, "'enhanced'", problems) is not { } text)
            return usual;
        // RFC 3463 §2: class, subject, detail, each up to three digits.
        if (text.Split('.') is [[var first], { Length: > 0 and <= 3 } subject, { Length: > 0 and <= 3 } detail]
            && first - '0' == code / 100 && subject.All(char.IsAsciiDigit) && detail.All(char.IsAsciiDigit))
            return text;
        problems.Error(node.Position, $"'{text}' is not an enhanced status code for {code}", $"as in {usual}");
        return usual;
    }
}
