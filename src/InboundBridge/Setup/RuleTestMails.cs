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
    public MessageFacts? Read(string namingFile, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(namingFile, source.CurrentFolder)) ?? source.CurrentFolder;
        var file = Path.GetFullPath(path, folder);
        if (!File.Exists(file))
            return null;
        return new StoredMailFacts(path, MimeMessage.Open(MimeSource.FromMemory(CrlfText.Of(File.ReadAllBytes(file)))));
    }
}
