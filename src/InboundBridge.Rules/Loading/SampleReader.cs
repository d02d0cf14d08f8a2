using System.Globalization;
using InboundBridge.Rules.Conditions;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary><c>sample: 10%</c></summary>
internal static class SampleReader
{
    public static SampleCondition? Read(YamlScalar key, YamlNode value, LoadContext context)
    {
        if (YamlShape.Text(value, "'sample'", context.Problems) is not { } text)
            return null;
        if (text.EndsWith('%')
            && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var percent)
            && percent is >= 0 and <= 100)
            return new SampleCondition(key.Position, percent / 100, context.RuleName, text);
        context.Problems.Error(value.Position, $"'{text}' is not a share", "as in 10%, from 0% to 100%");
        return null;
    }
}
