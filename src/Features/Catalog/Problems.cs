using Doorbuster.Platform.Web;

namespace Doorbuster.Catalog;

internal static class Problems
{
    public static readonly Problem ProductNotFound = new(404, "product_not_found", "There is no such product.")
    {
        Advice = "Products are found by the SKU of any of their variants, upper or lower case. It may be unpublished.",
    };

    public static readonly Problem CategoryNotFound = new(404, "category_not_found", "There is no such category.")
    {
        Advice = "`GET /api/v1/categories` lists the slugs.",
    };

    public static readonly Problem ImageNotFound = new(404, "image_not_found", "There is no such picture.")
    {
        Advice = "Pictures under `/images/demo` exist for the products of the demonstration shop; others were uploaded, and may have "
            + "been removed.",
    };

    public static readonly Problem VersionRequired = new(428, "catalog_version_required", "Say which version you want to change.")
    {
        Advice = "Send `If-Match` with the `ETag` of the `GET` of what you change.",
    };

    public static readonly Problem VersionOutdated = new(412, "catalog_version_outdated", "It has changed since you read it.")
    {
        Advice = "Read it again, decide again, and send the new `ETag` as `If-Match`.",
    };

    public static readonly Problem UnknownCategory = new(422, "unknown_category", "There is no category of this name.")
    {
        Advice = "`GET /api/admin/v1/catalog/categories` lists the slugs; make it first if need be.",
    };

    public static readonly Problem SkuTaken = new(409, "sku_taken", "There is a variant or product of this SKU already.")
    {
        Advice = "A SKU is one variant for ever, upper or lower case. Choose another, or change the one that is there.",
    };

    public static readonly Problem VariantTwin = new(409, "variant_twin", "Another variant of the product has the same options.")
    {
        Advice = "People choose by the options: give each variant of a product others.",
    };

    public static readonly Problem VariantLeads = new(409, "variant_leads", "The product is called by this variant's SKU.")
    {
        Advice = "Take the product off sale instead: `PATCH /api/admin/v1/catalog/products/{sku}` with `published` false.",
    };

    public static readonly Problem VariantClaimed = new(409, "variant_claimed", "Somebody holds or bought units of this variant.")
    {
        Advice = "Units held come back when they are not paid in time. What was sold stays: set its stock to what is sold instead.",
    };

    public static readonly Problem TooManyVariants = new(409, "too_many_variants", "The product has as many variants as it may.")
    {
        Advice = "A product has up to 100 variants; make another product.",
    };

    public static readonly Problem StockBelowSold = new(409, "stock_below_sold", "More units are held or sold than would be on sale.")
    {
        Advice = "`taken` says how many are; say that number or more. Units held come back when they are not paid in time.",
    };

    public static readonly Problem CategoryTaken = new(409, "category_taken", "There is a category of this name at this place.")
    {
        Advice = "Names that differ only in case or signs are the same. Choose another name or place.",
    };

    public static readonly Problem CategoryCycle = new(409, "category_cycle", "A category cannot be below itself.")
    {
        Advice = "Move it below one that is not among those under it, or to the top with an empty `parent`.",
    };

    public static readonly Problem CategoryTooDeep = new(409, "category_too_deep", "The tree would have more than four levels.");

    public static readonly Problem CategoryNotEmpty = new(409, "category_not_empty", "Something is in the category.")
    {
        Advice = "Move its products, also those that are not on sale, and the categories below it elsewhere first.",
    };

    public static readonly Problem TooManyCategories = new(409, "too_many_categories", "The shop has as many categories as it may.");

    public static readonly Problem TaxRuleTaken = new(
        409, "tax_rule_taken", "There is a rule for this country, region and class already.")
    {
        Advice = "Change that one: `GET /api/admin/v1/catalog/tax-rules`.",
    };

    public static readonly Problem TooManyTaxRules = new(409, "too_many_tax_rules", "The shop has as many tax rules as it may.");

    public static readonly Problem NoPicture = new(422, "no_picture", "This is no picture that the shop takes.")
    {
        Advice = "Send the bytes of a whole PNG, JPEG, WebP or GIF as the body, 1 to 6,000 pixels wide and high and of at most 5 MiB. What "
            + "it is called makes no difference. SVG is refused: it can carry scripts.",
    };

    public static readonly Problem ImageShown = new(409, "image_shown", "A product shows this picture.")
    {
        Advice = "Take it from the product first, also when that is not on sale.",
    };

    public static readonly Problem UnknownImage = new(422, "unknown_image", "There is no uploaded picture at this address.")
    {
        Advice = "Upload it first: `POST /api/admin/v1/catalog/images` answers with its address. It may have been removed meanwhile.",
    };

    public static readonly Problem ImageRepeated = new(409, "image_repeated", "The product shows this picture already.")
    {
        Advice = "`PUT /api/admin/v1/catalog/products/{sku}/images` puts it in another place or gives it other words.",
    };

    public static readonly Problem TooManyImages = new(409, "too_many_images", "The product has as many pictures as it may.")
    {
        Advice = "A product has up to 12 pictures: take one from it first.",
    };

    public static readonly Problem PriceListNotFound = new(404, "price_list_not_found", "There is no such price list.")
    {
        Advice = "`GET /api/admin/v1/catalog/price-lists` lists the codes.",
    };

    public static readonly Problem PriceListTaken = new(409, "price_list_taken", "There is a price list of this code already.")
    {
        Advice = "A code is one price list for ever. Choose another, or change the one that is there.",
    };

    public static readonly Problem TooManyPriceLists = new(409, "too_many_price_lists", "The shop has as many price lists as it may.")
    {
        Advice = "Remove one of the 200.",
    };

    public static readonly Problem TooManyListPrices = new(409, "too_many_list_prices", "The price list has as many prices as it may.")
    {
        Advice = "100,000. Make another list for the same group.",
    };

    public static readonly Problem UnknownGroup = new(422, "unknown_customer_group", "There is no group of customers of this code.")
    {
        Advice = "`GET /api/admin/v1/customer-groups` lists them; make it first if need be.",
    };

    public static readonly Problem OtherCurrency = new(
        409, "price_list_currency", "The variant is sold in another currency than the list's.")
    {
        Advice = "A price counts in the variant's own currency only. Use a list in that currency.",
    };
}
