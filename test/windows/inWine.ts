/** Whether Windows' Node runs in Wine (`npm run test:windows`), which differs from Windows in some details. */
export const inWine = process.env.TEST_IN_WINE !== undefined;
