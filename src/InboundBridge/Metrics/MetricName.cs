namespace InboundBridge.Metrics;

/// <summary>Names as the exposition allows them.</summary>
internal static class MetricName
{
    public const string Prefix = "inboundbridge_";

    public static string Of(string instrument) => Prefix + Sanitize(instrument, allowColon: true);

    /// <summary>Letters, digits and underscore, no digit in front; everything else becomes an underscore.</summary>
    public static string Sanitize(string name, bool allowColon)
    {
        if (name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(Allowed))
            return name;
        var fixedName = string.Concat(name.Select(letter => Allowed(letter) ? letter : '_'));
        return fixedName.Length == 0 || char.IsAsciiDigit(fixedName[0]) ? "_" + fixedName : fixedName;

        bool Allowed(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_' || (allowColon && letter == ':');
    }
}
