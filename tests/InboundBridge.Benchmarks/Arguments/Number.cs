using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace InboundBridge.Benchmarks.Arguments;

/// <summary>Options whose value is a number within bounds. A wrong value is reported before anything is emptied or started.</summary>
internal static class Number
{
    /// <summary>A whole number.</summary>
    public static Option<int> Whole(string name, string description, int usual, int least = 1, int most = int.MaxValue) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
            Read(result, name, "a whole number", least, most,
                text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null),
    };

    /// <summary>A number that may have a decimal point.</summary>
    public static Option<double> Decimal(string name, string description, double usual, double least, double most = 1_000_000) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
            Read(result, name, "a number", least, most,
                text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null),
    };

    private static T Read<T>(ArgumentResult result, string name, string kind, T least, T most, Func<string, T?> parse)
        where T : struct, IComparable<T>
    {
        var text = result.Tokens[0].Value;
        if (parse(text) is { } value && value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0)
            return value;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes {kind} from {least} to {most}, not '{text}'"));
        return default;
    }
}
