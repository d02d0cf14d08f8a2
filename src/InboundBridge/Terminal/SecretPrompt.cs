using System.Text;

namespace InboundBridge.Terminal;

/// <summary>
/// Reads a line from the terminal without showing it. The prompt goes to standard error, so that the result can be redirected.
/// </summary>
internal static class SecretPrompt
{
    public static string? Ask(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.ToString();
    }
}
