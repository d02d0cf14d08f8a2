using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Yaml;

namespace InboundBridge.Operations.RuleTexts;

/// <summary>Loads the rules of a request against the configuration in force. No file of this machine is read.</summary>
internal static class UploadedRuleSet
{
    /// <param name="files">Texts by their path, without an <see cref="UploadedRules.Problem"/>.</param>
    /// <returns>Null when there is an error among <paramref name="problems"/>.</returns>
    public static RuleSet? Load(IReadOnlyDictionary<string, string> files, ApplianceOptions options, SourceProblems problems)
    {
        var source = new ConfigurationSource
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            CurrentFolder = UploadedRules.Folder,
            MachineName = options.Hostname,
            Files = new UploadedRules(files),
        };
        return new RuleFolder(source).Load(UploadedRules.Folder, options, problems);
    }
}
