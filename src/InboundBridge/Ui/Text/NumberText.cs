using System.Globalization;

namespace InboundBridge.Ui.Text;

/// <summary>Numbers for people.</summary>
internal static class NumberText
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>As in <c>1,234</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>As in <c>1 delivery was cancelled</c>, <c>3 deliveries were cancelled</c>.</summary>
    public static string Deliveries(long count, string done) =>
        count == 1 ? $"1 delivery was {done}" : $"{Count(count)} deliveries were {done}";

    /// <summary>Octets, as in <c>812 B</c>, <c>1.4 KB</c>, <c>20 MB</c>.</summary>
    public static string Octets(long octets)
    {
        double value = octets;
        var unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }
        return value < 10 && unit > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {Units[unit]}")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0} {Units[unit]}");
    }
}
