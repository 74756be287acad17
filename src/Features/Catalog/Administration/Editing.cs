using System.Text.Json.Serialization.Metadata;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Catalog.Administration;

/// <summary>
/// Every change of a product, its variants, prices or stock goes through here: its row is locked and its version compared, so
/// that of two changes of the same version exactly one happens; then it is changed, noted and said in one transaction. A change
/// to what is there already changes nothing, not even the version.
/// </summary>
internal sealed class Editing(
    [FromKeyedServices(CatalogFeature.SchemaName)] NpgsqlDataSource db, AdminStore store, ChangeLog log, TimeProvider clock)
{
    public const string Content = "content";
    public const string Price = "price";
    public const string Stock = "stock";

    /// <param name="sku">Of any variant of the product.</param>
    /// <param name="edit">Writes, or says why not; nothing of a refusal stays.</param>
    public async Task<Results<Ok<AdminViews.Product>, Problem>> Change(
        HttpContext http, string sku, string? ifMatch, Person person, string[] what,
        Func<NpgsqlTransaction, AdminViews.Product, Task<Problem?>> edit, CancellationToken cancel)
    {
        if (Versions.Read(ifMatch, out var version) is { } refusal)
            return refusal;
        if (CatalogRow.NormalizeSku(sku) is not { } normal)
            return Problems.ProductNotFound;
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Lock(transaction, normal, cancel) is not { } before)
            return Problems.ProductNotFound;
        if (before.Version != version)
            return Problems.VersionOutdated;
        if (await edit(transaction, before) is { } problem)
            return problem;

        var after = await Finish(transaction, before, person.Id, what, cancel);
        await transaction.CommitAsync(cancel);
        http.Response.Headers.ETag = EntityTags.OfVersion(after.Version);
        return TypedResults.Ok(after);
    }

    /// <summary>The product that has the variant, for nobody else to change until the transaction ends.</summary>
    public async Task<AdminViews.Product?> Lock(NpgsqlTransaction transaction, string sku, CancellationToken cancel)
    {
        // The lock is a statement of its own: what the next one reads is younger.
        var found = await transaction.Query(
            """
            select p.id from catalog.variants v join catalog.products p on p.id = v.product_id
            where v.sku = $1 for update of p
            """,
            row => row.GetInt64(0), cancel, new NpgsqlParameter { Value = sku });
        return found.Count == 0 ? null : await store.ReadProduct(transaction, found[0], cancel);
    }

    /// <summary>A new version, noted and said, when anything is otherwise than before.</summary>
    public async Task<AdminViews.Product> Finish(
        NpgsqlTransaction transaction, AdminViews.Product before, long? person, string[] what, CancellationToken cancel)
    {
        var id = IdOf(before);
        var after = await store.ReadProduct(transaction, id, cancel);
        if (!await log.Note(
            transaction, person, ChangeLog.OfProduct, after.Sku, before, after, CatalogJson.Default.AdminProduct, cancel))
            return before;
        var now = clock.GetUtcNow();
        await transaction.Execute(
            "update catalog.products set version = version + 1, updated_at = $2 where id = $1", cancel,
            new() { Value = id }, new() { Value = now });
        await transaction.Publish(new CatalogChanged { Products = [id], What = what, At = now }, cancel);
        return after with { Version = before.Version + 1, UpdatedAt = now };
    }

    /// <summary>The same for what is no product: a row that was read for update, changed by the caller.</summary>
    public async Task<Results<TOk, Problem>> Change<TOk, TView>(
        HttpContext http, string? ifMatch, Person person, Func<NpgsqlTransaction, Task<TView?>> find, Problem unknown,
        Func<TView, (string Kind, string Subject, long Version)> name, JsonTypeInfo<TView> type,
        Func<NpgsqlTransaction, TView, Task<Edited<TView>>> edit, Func<TView?, TOk> answer, CancellationToken cancel)
        where TView : class where TOk : IResult
    {
        if (Versions.Read(ifMatch, out var version) is { } refusal)
            return refusal;
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await find(transaction) is not { } before)
            return unknown;
        var (kind, subject, current) = name(before);
        if (current != version)
            return Problems.VersionOutdated;
        var edited = await edit(transaction, before);
        if (edited.Refusal is { } problem)
            return problem;
        if (!await log.Note(transaction, person.Id, kind, subject, before, edited.After, type, cancel))
        {
            http.Response.Headers.ETag = EntityTags.OfVersion(current);    // nothing is otherwise; what was written is undone
            return answer(before);
        }
        await transaction.CommitAsync(cancel);
        if (edited.After is not null)
            http.Response.Headers.ETag = EntityTags.OfVersion(name(edited.After).Version);
        return answer(edited.After);
    }

    public static long IdOf(AdminViews.Product product) =>
        PublicId.TryParse(Product.IdPrefix, product.Id, out var id) ? id : throw new ArgumentException(product.Id, nameof(product));
}

/// <param name="After">Null: it is removed.</param>
internal readonly record struct Edited<T>(T? After, Problem? Refusal = null) where T : class;
