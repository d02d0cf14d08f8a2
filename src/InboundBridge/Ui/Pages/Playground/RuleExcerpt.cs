using System.Globalization;
using System.Text;
using InboundBridge.Text;

namespace InboundBridge.Ui.Pages.Playground;

/// <summary>The lines around a problem of a rule file with their numbers, and a mark below its column, as compilers print them.</summary>
internal static class RuleExcerpt
{
    /// <summary>Lines in front of the marked one, and behind it.</summary>
    private const int Around = 2;

    /// <summary>Characters of a line.</summary>
    private const int Longest = 200;

    /// <summary>Null where the problem is about no line of this text.</summary>
    public static string? Of(string text, RuleProblemLine problem)
    {
        var lines = text.Split('\n');
        if (problem.Line < 1 || problem.Line > lines.Length)
            return null;
        var (first, last) = (Math.Max(1, problem.Line - Around), Math.Min(lines.Length, problem.Line + Around));
        var width = last.ToString(CultureInfo.InvariantCulture).Length;
        var excerpt = new StringBuilder();
        for (var number = first; number <= last; number++)
        {
            var shown = number.ToString(CultureInfo.InvariantCulture).PadLeft(width);
            excerpt.Append(number == problem.Line ? "▶ " : "  ").Append(shown).Append(" │ ")
                .Append(CutText.WithEllipsis(lines[number - 1], Longest)).Append('\n');
            if (number == problem.Line && problem.Column is > 0 and <= Longest)
                excerpt.Append(' ', width + 2).Append(" │ ").Append(' ', problem.Column - 1).Append("▲\n");
        }
        return excerpt.ToString();
    }
}
