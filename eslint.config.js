import eslint from '@eslint/js';
import rxjsX from 'eslint-plugin-rxjs-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      '**/.angular/',
      'coverage/',
      'docs/api/',
      'spec/fixtures/',
      'eslint.config.js',
      'spec/generate/typedocLinks.js',
      'examples/angular/src/',
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  rxjsX.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // A value import of fp-ts passes tsc and crashes plain Node ESM: read `_tag` instead.
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ group: ['fp-ts', 'fp-ts/*', 'io-ts/*'], allowTypeImports: true }] },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A codec and its type share one name, as io-ts's own documentation does.
      '@typescript-eslint/no-redeclare': 'off',
      // An index that was just checked needs no second check.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-object-type': [
        'error',
        { allowInterfaces: 'with-single-extends' },
      ],
      // Void arrow functions read well: `() => server.close()`.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/**'],
    rules: { 'no-console': 'error' },
  },
  {
    // The first page's programs are pasted into files of JavaScript, which have no type annotations.
    files: ['examples/docs/bot.ts', 'examples/docs/first-stream.ts'],
    rules: {
      'rxjs-x/no-implicit-any-catch': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
