using System.Collections.Frozen;
using System.Reflection;

namespace Doorbuster.Platform.Web;

/// <summary>Every refusal the program knows, found where it is declared: as a static of a type in one of our
/// assemblies, loaded already or not. Only for documents; that a role does not run a feature does not make its
/// codes unknown.</summary>
internal static class ProblemCatalog
{
    private static readonly Lazy<FrozenDictionary<string, Problem>> Known = new(() => Declared()
        .DistinctBy(problem => problem.Code)
        .ToFrozenDictionary(problem => problem.Code));

    public static IEnumerable<Problem> All => Known.Value.Values.OrderBy(p => p.Code, StringComparer.Ordinal);

    public static Problem? Find(string code) => Known.Value.GetValueOrDefault(code);

    /// <summary>As declared, so that a code declared twice is seen twice.</summary>
    private const BindingFlags Statics =
        BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static IEnumerable<Problem> Declared() => Ours()
        .Where(assembly => !assembly.GetName().Name!.Contains("Tests", StringComparison.Ordinal))
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => !type.ContainsGenericParameters)
        .SelectMany(type => type.GetFields(Statics))
        .Where(field => field.FieldType == typeof(Problem))
        .Select(field => (Problem)field.GetValue(null)!);

    private static IEnumerable<Assembly> Ours()
    {
        var known = new HashSet<string>();
        var waiting = new Queue<Assembly>([Assembly.GetEntryAssembly()!]);
        while (waiting.TryDequeue(out var assembly))
        {
            if (!known.Add(assembly.FullName!))
                continue;
            yield return assembly;
            foreach (var reference in assembly.GetReferencedAssemblies().Where(IsOurs))
                waiting.Enqueue(Assembly.Load(reference));
        }
    }

    private static bool IsOurs(AssemblyName assembly) =>
        assembly.Name is "doorbuster" || assembly.Name!.StartsWith("Doorbuster.", StringComparison.Ordinal);
}
