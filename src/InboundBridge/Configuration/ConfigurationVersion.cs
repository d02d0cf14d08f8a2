using System.Security.Cryptography;
using System.Text;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <summary>
/// The short hash of configuration and rules that every message records, so that it is known which configuration decided it.
/// </summary>
internal static class ConfigurationVersion
{
    private const int HexDigits = 12;

    /// <summary>
    /// Covers the values, the files of the rules and the scripts of destinations. A secret counts only as present or absent: the
    /// hash is public, and a new secret changes no decision.
    /// </summary>
    public static string Of(
        YamlNode root, IReadOnlySet<YamlNode> secrets, RulesOptions rules, IEnumerable<string> scripts, IConfigurationFiles files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, root, secrets);
        foreach (var folder in new[] { rules.Path, rules.Shadow }.OfType<string>())
            // Loading the rules reports a file that can't be read.
            foreach (var file in files.FilesBelow(folder, out _))
            {
                Append(hash, 'f', Path.GetRelativePath(folder, file));
                hash.AppendData(files.Hash(file) ?? []);
            }
        foreach (var script in scripts)
            Append(hash, 't', script);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..HexDigits];
    }

    private static void Append(IncrementalHash hash, YamlNode node, IReadOnlySet<YamlNode> secrets)
    {
        switch (node)
        {
            case YamlSequence list:
                Append(hash, 'l', string.Empty);
                foreach (var item in list.Items)
                    Append(hash, item, secrets);
                break;
            case YamlMapping mapping:
                Append(hash, 'm', string.Empty);
                foreach (var entry in mapping.Entries.OrderBy(entry => entry.Key.Value, StringComparer.Ordinal))
                {
                    Append(hash, 'k', entry.Key.Value);
                    Append(hash, entry.Value, secrets);
                }
                break;
            case YamlScalar scalar:
                Append(hash, 's', secrets.Contains(scalar) ? Secret.Shown : scalar.Value);
                break;
        }
        Append(hash, 'e', string.Empty);
    }

    /// <summary>Kind and length come first, so that two different trees never give the same octets.</summary>
    private static void Append(IncrementalHash hash, char kind, string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        hash.AppendData([(byte)kind, .. BitConverter.GetBytes(octets.Length)]);
        hash.AppendData(octets);
    }
}
