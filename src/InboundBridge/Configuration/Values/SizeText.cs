using System.Globalization;

namespace InboundBridge.Configuration.Values;

/// <summary>Octets: <c>500 100B 10KB 50MB 2GB</c>, with 1 KB = 1024 octets.</summary>
internal static class SizeText
{
    public const string Examples = "such as 100B, 256KB, 50MB, 2GB";

    /// <summary>JSON Schema pattern.</summary>
    public const string Pattern = "^[0-9]+(\\.[0-9]+)? ?([KMGT]i?)?B?$";

    public static bool TryParse(string text, out long value)
    {
        value = 0;
        var unitAt = 0;
        while (unitAt < text.Length && (char.IsAsciiDigit(text[unitAt]) || text[unitAt] == '.'))
            unitAt++;
        if (!decimal.TryParse(text.AsSpan(0, unitAt), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            return false;
        if (UnitOctets(text[unitAt..].TrimStart()) is not { } unit || count > long.MaxValue / unit)
            return false;
        var octets = count * unit;
        value = (long)octets;
        return octets == value;
    }

    /// <summary>The shortest way to write it with one unit.</summary>
    public static string Format(long octets)
    {
        (int Shift, string Name)[] units = [(40, "TB"), (30, "GB"), (20, "MB"), (10, "KB")];
        foreach (var (shift, name) in units)
            if (octets != 0 && octets % (1L << shift) == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{octets >> shift}{name}");
        return string.Create(CultureInfo.InvariantCulture, $"{octets}B");
    }

    private static long? UnitOctets(string unit) => unit.ToUpperInvariant() switch
    {
        "" or "B" => 1,
        "K" or "KB" or "KIB" => 1L << 10,
        "M" or "MB" or "MIB" => 1L << 20,
        "G" or "GB" or "GIB" => 1L << 30,
        "T" or "TB" or "TIB" => 1L << 40,
        _ => null,
    };
}
