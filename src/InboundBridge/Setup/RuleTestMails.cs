using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.Mime;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Setup;

/// <summary>Opens the mails that rule tests name by <c>eml:</c>, relative to the rule file.</summary>
internal sealed class RuleTestMails(ConfigurationSource source)
{
    /// <summary>A <c>RuleTestMailReader</c>; null when the file does not exist.</summary>
    public MessageFacts? Read(string namingFile, string path) =>
        Octets(namingFile, path) is { } octets ? new StoredMailFacts(path, MimeMessage.Open(MimeSource.FromMemory(octets))) : null;

    /// <summary>With CRLF line ends; null when the file does not exist.</summary>
    public byte[]? Octets(string namingFile, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(namingFile, source.CurrentFolder)) ?? source.CurrentFolder;
        var file = Path.GetFullPath(path, folder);
        return File.Exists(file) ? CrlfText.Of(File.ReadAllBytes(file)) : null;
    }
}
