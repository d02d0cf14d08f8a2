using System.Reflection;

namespace InboundBridge.Setup;

/// <summary>The version of this program, as the build wrote it into the assembly.</summary>
internal static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
