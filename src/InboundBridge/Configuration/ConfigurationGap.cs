using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <summary>A key of the contract that is read and checked and has no effect yet.</summary>
/// <param name="Path">Keys joined by dots; <c>*</c> stands for any key or any item of a list.</param>
/// <param name="Says">What happens instead, for the operator.</param>
/// <param name="Refuse">True where going on without the feature would be dangerous: then it is an error.</param>
/// <param name="Applies">Which values need the feature; null: any.</param>
internal sealed record ConfigurationGap(string Path, string Says, bool Refuse = false, Func<YamlNode, bool>? Applies = null);
