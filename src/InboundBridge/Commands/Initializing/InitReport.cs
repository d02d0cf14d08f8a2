using InboundBridge.Configuration.Sources;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Initializing;

/// <summary>What <c>init</c> says at its end: what was written, and what to do next.</summary>
internal sealed class InitReport(InitAnswers answers, string currentFolder, bool colour)
{
    public string Of(IReadOnlyList<InitFile> files)
    {
        using var output = new StringWriter();
        var text = new TerminalText(output, colour);
        var width = files.Max(file => file.Name.Length) + 2;
        text.Line(text.Heading($"Written to {TerminalText.Plain(answers.Folder)}:"));
        foreach (var file in files)
            text.Line($"  {file.Name.PadRight(width)}{file.About}{(file.IsSecret ? " (only you can read it)" : string.Empty)}");
        if (answers.IsOfPackage)
            text.Line($"  The Debian package brings the systemd unit, {InitAnswers.PackageUnit}, so none is written here, and no compose.yaml.");
        text.Line();
        text.Line(text.Heading("Next:"));
        var number = 0;
        foreach (var (what, command) in Steps())
            text.Line($"  {++number}. {what}:\n       {command}");
        return output.ToString();
    }

    /// <summary>A path as a shell reads it.</summary>
    public static string Shell(string path) =>
        path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_')
            ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private IEnumerable<(string What, string Command)> Steps()
    {
        var file = Path.Combine(answers.Folder, ConfigurationSource.DefaultFile);
        var config = answers.IsServer ? $" --config {Shell(file)}"
            : answers.Folder == currentFolder ? string.Empty : $" --config {Shell(Path.GetRelativePath(currentFolder, file))}";
        yield return ("Check it", $"inboundbridge check{config}");
        yield return answers.IsOfPackage ? ("Start it; to change the unit: systemctl edit inboundbridge", "systemctl start inboundbridge")
            : answers.IsServer
            ? ("Start it (without the Debian package, inboundbridge.service says how to install it)", "systemctl enable --now inboundbridge")
            : ("Run it", $"inboundbridge run{config}");
        yield return ("Send a mail through it",
            $"inboundbridge send{config} --to hello@{answers.Domain} --subject Hello --text \"It works\"");
        yield return ("See what became of it", $"inboundbridge messages list{config}    or http://127.0.0.1:8080/ui");
        yield return ($"Give your application the secret, with which it verifies each request ({answers.Webhook.AbsoluteUri})",
            $"cat {Shell(Path.Combine(answers.Folder, Expansion.SecretsFolder, InitFiles.WebhookSecret))}");
        yield return ("When all that works, publish the MX", $"inboundbridge dns {answers.Domain}{config}");
    }
}
