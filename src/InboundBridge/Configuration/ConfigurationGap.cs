namespace InboundBridge.Configuration;

/// <summary>A documented key that is read and checked but has no effect yet.</summary>
/// <param name="Path">Keys joined by dots; <c>*</c> stands for any key or any item of a list.</param>
/// <param name="Says">What happens instead, for the operator.</param>
/// <param name="Refuse">True: using the key is an error, because running without the feature would be dangerous.</param>
internal sealed record ConfigurationGap(string Path, string Says, bool Refuse = false);
